var mass = 4 * Math.PI * Math.PI, days = 365.24
var bodies = [
  {x:0,y:0,z:0,vx:0,vy:0,vz:0,m:mass},
  {x:4.84143144246472090e+00,y:-1.16032004402742839e+00,z:-1.03622044471123109e-01,vx:1.66007664274403694e-03*days,vy:7.69901118419740425e-03*days,vz:-6.90460016972063023e-05*days,m:9.54791938424326609e-04*mass},
  {x:8.34336671824457987e+00,y:4.12479856412430479e+00,z:-4.03523417114321381e-01,vx:-2.76742510726411021e-03*days,vy:4.99852801234917238e-03*days,vz:2.30417297573763929e-05*days,m:2.85885980666130812e-04*mass},
  {x:1.28943695621391310e+01,y:-1.51111514016986312e+01,z:-2.23307578892655734e-01,vx:2.96460137564761618e-03*days,vy:2.37847173959480950e-03*days,vz:-2.96589568540237556e-05*days,m:4.36624404335156298e-05*mass},
  {x:1.53796971148509165e+01,y:-2.59193146099879641e+01,z:1.79258772950371181e-01,vx:2.68067772490389322e-03*days,vy:1.62824170038242295e-03*days,vz:-9.51592254519715870e-05*days,m:5.15138902046611451e-05*mass}
]
function advance(dt) {
  for (var i = 0; i < 5; i++) {
    var a = bodies[i]
    for (var j = i + 1; j < 5; j++) {
      var b = bodies[j]
      var dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z
      var d2 = dx * dx + dy * dy + dz * dz
      var mag = dt / (d2 * Math.sqrt(d2))
      a.vx -= dx * b.m * mag; a.vy -= dy * b.m * mag; a.vz -= dz * b.m * mag
      b.vx += dx * a.m * mag; b.vy += dy * a.m * mag; b.vz += dz * a.m * mag
    }
  }
  for (var i = 0; i < 5; i++) { var b = bodies[i]; b.x += dt * b.vx; b.y += dt * b.vy; b.z += dt * b.vz }
}
for (var k = 0; k < 20000; k++) advance(0.01)
print(bodies[0].x.toFixed(9))

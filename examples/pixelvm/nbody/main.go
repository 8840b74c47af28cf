// Command nbody moves the sun and four planets (the Computer Language Benchmarks Game).
package main

import (
	"math"

	"pxos/pixelvm/px"
)

type body struct {
	x, y, z, vx, vy, vz, mass float64
}

const (
	solarMass = 4 * math.Pi * math.Pi
	daysYear  = 365.24
	steps     = 20000
)

var bodies = [5]body{
	{mass: solarMass},
	{4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01, 1.66007664274403694e-03 * daysYear, 7.69901118419740425e-03 * daysYear, -6.90460016972063023e-05 * daysYear, 9.54791938424326609e-04 * solarMass},
	{8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01, -2.76742510726411021e-03 * daysYear, 4.99852801234917238e-03 * daysYear, 2.30417297573763929e-05 * daysYear, 2.85885980666130812e-04 * solarMass},
	{1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01, 2.96460137564761618e-03 * daysYear, 2.37847173959480950e-03 * daysYear, -2.96589568540237556e-05 * daysYear, 4.36624404335156298e-05 * solarMass},
	{1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01, 2.68067772490389322e-03 * daysYear, 1.62824170038242295e-03 * daysYear, -9.51592254519715870e-05 * daysYear, 5.15138902046611451e-05 * solarMass},
}

func advance(dt float64) {
	for i := range len(bodies) {
		a := &bodies[i]
		for j := i + 1; j < len(bodies); j++ {
			b := &bodies[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			d2 := float64(dx*dx) + float64(dy*dy) + float64(dz*dz)
			mag := dt / float64(d2*math.Sqrt(d2))
			a.vx -= float64(dx * b.mass * mag)
			a.vy -= float64(dy * b.mass * mag)
			a.vz -= float64(dz * b.mass * mag)
			b.vx += float64(dx * a.mass * mag)
			b.vy += float64(dy * a.mass * mag)
			b.vz += float64(dz * a.mass * mag)
		}
	}
	for i := range len(bodies) {
		b := &bodies[i]
		b.x += float64(dt * b.vx)
		b.y += float64(dt * b.vy)
		b.z += float64(dt * b.vz)
	}
}

func energy() float64 {
	e := 0.0
	for i := range len(bodies) {
		a := &bodies[i]
		e += float64(0.5 * a.mass * (float64(a.vx*a.vx) + float64(a.vy*a.vy) + float64(a.vz*a.vz)))
		for j := i + 1; j < len(bodies); j++ {
			b := &bodies[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			e -= a.mass * b.mass / math.Sqrt(float64(dx*dx)+float64(dy*dy)+float64(dz*dz))
		}
	}
	return e
}

func main() {
	px.Float(energy())
	for range steps {
		advance(0.01)
	}
	px.Float(energy())
}

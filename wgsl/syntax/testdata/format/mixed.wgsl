enable   f16 ;requires a ,b,;


// The light.


struct Light{@align( 16 )position:vec3<f32>,// where
  // how bright
 power:f32}
;
@group(0)@binding( 0 )var<storage,read_write>cells:array<atomic<u32>>; // one for each
const table=array<f32,24>(0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0,1.1,1.2,1.3,1.4,1.5,1.6,1.7,1.8,1.9,2.0,2.1,2.2,-2.3,2.4);
const rows=mat4x4<f32>(1.0000000,0.0000000,0.0000000,0.0000000,
0.0000000,1.0000000,0.0000000,0.0000000, // second
0.0000000,0.0000000,1.0000000,0.0000000,0.0000000,0.0000000,0.0000000,1.0000000);
@compute @workgroup_size(8,8)
fn main(@builtin(global_invocation_id)id:vec3<u32>,@builtin(local_invocation_index)index:u32,other:f32){
 // first
 var x:i32=- -1;x+=2;/* between */x++;

  
 if(x<y&&z>w){}else if x==3{return;}else{discard;}
 // before else
 if a { b(); } // why
 else { c(); }
 for(;;){break;}for(var i=0;i<4;i++){loop{continuing{x--;break if x<1;}}}
 switch x{case 1,default,{}
 default{x=1;}}
 let long = textureSampleLevel(picture, the_sampler, coordinates.xy * scale + offset, level_of_detail + 1.0);
 let sum = first_operand_of_the_sum + second_operand_of_the_sum + third_operand_of_the_sum + fourth_operand;
 while x<4 { /* nothing */ }
 let y=&(*p).a[1+2].xyz;_=f(g(),h<i32>(1,),);
 // last
}
fn empty(){}
fn short(a:i32,b:i32,)->@location(0)vec4<f32>@diagnostic(off,a.b){return vec4f(1,2,3,4);}
// end

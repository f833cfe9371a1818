// A ball that goes round: frame number clock of Frames.
#version 3.7;
global_settings { assumed_gamma 1.0 }
#declare Turn = 2 * pi * clock / Frames;
camera { location <0, 2, -6> look_at <0, 0.6, 0> right x*image_width/image_height }
light_source { <4, 6, -5> color rgb 1 }
plane { y, 0 pigment { checker color rgb 0.9 color rgb <0.2, 0.3, 0.5> } }
sphere {
  <1.6*sin(Turn), 0.8, 1.6*cos(Turn)>, 0.8
  pigment { color rgb <0.9, 0.5, 0.1> }
  finish { reflection 0.3 specular 0.6 }
}

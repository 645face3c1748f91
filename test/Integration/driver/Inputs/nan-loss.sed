s/^  return %new_steps, %new_w, %new_v, %scale, %loss/  %nan = arith.constant dense<0x7FC00000> : tensor<f32>\n  return %new_steps, %new_w, %new_v, %scale, %nan/

a = "x"
IO."pu#{a}ts"(1)

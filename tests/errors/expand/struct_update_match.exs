%URI{x | path: 1} = 1

<<1::big-little>>

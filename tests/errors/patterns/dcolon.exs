x :: integer

f = fn -> 

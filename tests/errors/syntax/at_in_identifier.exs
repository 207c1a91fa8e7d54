foo@bar = 1

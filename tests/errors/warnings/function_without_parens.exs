# Differs: the stack below the file is the command line's own.
x = System
IO.inspect is_binary(x.version)

# Differs: the stack below the file is the command line's own.
x = %{f: 1}
x.f()

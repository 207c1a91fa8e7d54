IO.puts("""a
""")

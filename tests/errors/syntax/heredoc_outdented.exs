IO.puts("""
    a
  b
    """)

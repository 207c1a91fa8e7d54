IO.puts("""
  a ⁦ b
  """)

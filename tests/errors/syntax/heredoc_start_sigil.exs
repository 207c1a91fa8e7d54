IO.puts(~s"""a
""")

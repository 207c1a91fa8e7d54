IO.inspect('''
  a
  ''')

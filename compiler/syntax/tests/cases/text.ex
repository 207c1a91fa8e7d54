"a\n#{b}c"

'charlist'

~s(a#{b})mod

~S"""
  raw #{a}
  """

"""
  heredoc #{x}
    more
  """

:"quoted atom"

["a#{b}": 1]

?a + ?\n

0x1F + 1_000 + 1.5e3

"\u{1F600}\x41"

# only a comment

# Counts words with the standard library's pipelines.
text = """
the quick brown fox jumps over the lazy dog
the dog barks and the fox runs away
"""

text
|> String.split()
|> Enum.frequencies()
|> Enum.sort_by(fn {word, count} -> {-count, word} end)
|> Enum.take(5)
|> Enum.each(fn {word, count} -> IO.puts("#{String.pad_trailing(word, 8)} #{String.duplicate("#", count)} #{count}") end)

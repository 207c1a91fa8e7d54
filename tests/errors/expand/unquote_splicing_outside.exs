[unquote_splicing([1])]

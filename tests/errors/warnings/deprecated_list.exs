List.zip([[1]])
String.to_char_list("a")

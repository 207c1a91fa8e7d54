<<a::binary, b>> = "ab"

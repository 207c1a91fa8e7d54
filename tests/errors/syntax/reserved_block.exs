x = __block__

Logger.info("a")
Integer.is_odd(1)

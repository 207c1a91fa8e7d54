import(String) = 1

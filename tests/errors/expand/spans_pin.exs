^some_name = 1

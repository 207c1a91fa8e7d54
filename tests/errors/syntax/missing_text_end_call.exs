IO."puts

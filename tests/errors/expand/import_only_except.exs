import String, only: [length: 1], except: [upcase: 1]

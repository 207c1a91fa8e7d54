import String, only: 1

try rescue: 1

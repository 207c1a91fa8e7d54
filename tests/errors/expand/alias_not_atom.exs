x = 1
alias x

alias :lists

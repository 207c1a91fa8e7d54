Enum.fetch!([1], 3)

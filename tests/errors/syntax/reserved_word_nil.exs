nil(1)

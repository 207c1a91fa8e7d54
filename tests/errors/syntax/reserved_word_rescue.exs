x = rescue

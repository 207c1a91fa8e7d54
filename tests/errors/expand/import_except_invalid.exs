import String, except: :functions

use String

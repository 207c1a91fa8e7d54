%foo{}

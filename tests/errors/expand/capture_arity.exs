&foo/256

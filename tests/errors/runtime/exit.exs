exit :a

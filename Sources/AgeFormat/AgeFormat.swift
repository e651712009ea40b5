// AgeFormat

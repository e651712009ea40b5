// CofferCommands

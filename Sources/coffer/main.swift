import CofferCommands

CofferMain.run()

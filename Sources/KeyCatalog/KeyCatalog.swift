// KeyCatalog

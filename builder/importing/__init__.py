"""Take existing work in: files of other tools to corrections or suggestions."""

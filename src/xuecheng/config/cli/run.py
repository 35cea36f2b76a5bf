"""`python -m xuecheng.config.cli.run`: for processes that start the program with their own interpreter."""

from . import main

if __name__ == "__main__":
    main()

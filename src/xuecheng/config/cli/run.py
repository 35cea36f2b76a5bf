"""`python -m xuecheng.config.cli.run`: the program by module, for processes that start it with their own interpreter."""

from . import main

if __name__ == "__main__":
    main()

"""x"""


def context():
    return {}

# setup(name="not this")
from setuptools import setup, find_packages
text = """ setup(name='nor this') """
setup(
    name='Example_Lab', version="1.0",
    author=u"Kaspersky Lab", author_email="tip@example.com",
    description='it\'s, name="no"',
    packages=find_packages(where="name"),
    install_requires=["requests>=2", 'example.core', "git+https://example.com/x"],
    extras_require={"name": ["uvloop"]},
)
name = "after"

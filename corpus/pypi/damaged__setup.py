setup(name="one", author="cut short)

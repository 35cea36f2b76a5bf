"""Documents 文件材料: files that belong to a thing of the city, such as the evidence of a learning record.

An app above declares a place (`places.register`): which types and how much it takes, who may add and read, how long it
is kept, and how the thing is found. What a file is, its bytes say, never its name or a header. Files lie outside the
web root under their own SHA-256; they leave the house as attachments from an address of their own.
"""

"""My data 我的数据: what is kept of a person, given to that person; consents; requests (PIPL art. 44 to 50).

Every app declares which of its tables hold something of a person, and how it is handed out (`parts.register`); what is
not handed out is listed with the reason (`parts.leave_out`). A test walks all tables and finds a forgotten one.
"""

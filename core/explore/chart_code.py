"""STUB"""
def chart_code(dataset, data, *, source=""):
    return ""

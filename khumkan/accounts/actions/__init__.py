"""Every change to accounts that somebody decides on. What happens while somebody signs in is in the modules beside."""

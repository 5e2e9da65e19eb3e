"""Pages about members: changed by hand, the list with phones and links, who looked."""
